/** Members that may be undefined become members that may be absent. */
type Compact<T> = {
  [Key in keyof T as MayLack<T[Key]> extends true ? never : Key]: T[Key];
} & {
  [Key in keyof T as MayLack<T[Key]> extends true ? Key : never]?: Exclude<T[Key], undefined>;
};

type MayLack<Value> = unknown extends Value ? false : undefined extends Value ? true : false;

/** The object itself, without its undefined members, for types that tell "absent" from "undefined". */
export function compact<const T extends object>(object: T): Compact<T> {
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) delete object[key as keyof T];
  }
  return object as unknown as Compact<T>;
}
