/** Above 2^31-1 ms `setTimeout` fires at once; an hour is far from that and survives clocks that drift. */
const longest = 3_600_000;

/**
 * Calls back once after `ms`, however long, unless the returned function is called before. The timer keeps a Node
 * process alive: a program that awaits must not end in between.
 */
export function after(ms: number, callback: () => void): () => void {
  let remaining = ms;
  let handle: ReturnType<typeof setTimeout> | undefined;
  const arm = () => {
    const slice = Math.min(remaining, longest);
    remaining -= slice;
    handle = setTimeout(remaining > 0 ? arm : callback, slice);
  };
  if (ms !== Infinity) arm();
  return () => clearTimeout(handle);
}
