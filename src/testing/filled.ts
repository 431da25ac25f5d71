/** Options whose defaults were filled in. */
export type Filled<Options> = { [Name in keyof Options]-?: Exclude<Options[Name], undefined> };

/** Without what is not given: an option that is `undefined` is one of those. */
export function givenOf<Options extends object>(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;
}
