/**
 * Makes leaving a loop take effect at once. A generator's own `return` and `throw` wait for what is being waited for; these
 * abort that first.
 */
export function endAtOnce<Value>(
  values: AsyncGenerator<Value, void, undefined>,
  left: AbortController,
): AsyncGenerator<Value, void, undefined> {
  const [finish, fail] = [values.return.bind(values), values.throw.bind(values)];
  values.return = value => {
    left.abort();
    return finish(value);
  };
  values.throw = error => {
    left.abort();
    return fail(error);
  };
  return values;
}
