/** Digests take real time, on a thread of their own. */
export function digesting(): { isBusy: () => boolean } & Disposable {
  const { digest } = SubtleCrypto.prototype;
  let running = 0;
  SubtleCrypto.prototype.digest = async function (...given) {
    running += 1;
    try {
      return await digest.apply(this, given);
    } finally {
      running -= 1;
    }
  };
  return {
    isBusy: () => running > 0,
    [Symbol.dispose]: () => {
      SubtleCrypto.prototype.digest = digest;
    },
  };
}
