/**
 * Makes leaving a loop take effect at once. A generator's own `return` waits for what is being waited for; this one
 * aborts that first.
 */
export function endAtOnce<Value>(
  values: AsyncGenerator<Value, void, undefined>,
  left: AbortController,
): AsyncGenerator<Value, void, undefined> {
  const finish = values.return.bind(values);
  values.return = value => {
    left.abort();
    return finish(value);
  };
  return values;
}
