import { demand } from '../errors/options.js';
import { isBytes } from '../model/bytes.js';

/** A secret; one that is on its way out has a last moment (a date, or epoch ms). */
export type Secret = string | Uint8Array | { secret: string | Uint8Array; until: Date | number };

/** One secret, several (all are good: the new and the previous one), or a function that is asked each time. */
export type Secrets =
  | Secret
  | readonly Secret[]
  | (() => Secret | readonly Secret[] | Promise<Secret | readonly Secret[]>);

const what = 'a secret, not empty, a list of them, or a function';

/** How many made-up things a keeper remembers: secrets may come from a function, new ones each time. */
const mostKept = 32;

/** @throws TypeError without showing what was given */
function listOf(name: string, given: Secret | readonly Secret[]): readonly Exclude<Secret, Secret[]>[] {
  const list = Array.isArray(given) ? (given as readonly Secret[]) : [given as Secret];
  const isRight = (one: Secret): boolean =>
    typeof one === 'string' || isBytes(one)
      ? one.length > 0
      : one?.secret?.length > 0 && Number.isFinite(Number(one.until));
  demand(list.length > 0 && list.every(isRight), name, what, 'something else');
  return list;
}

/** What is made of each secret (a key, a digest) once, however often it is used. */
export class Keeper<Made> {
  readonly #name: string;
  readonly #given: Secrets;
  readonly #make: (secret: string | Uint8Array) => Promise<Made>;
  readonly #made = new Map<string | Uint8Array, Promise<Made>>();

  constructor(name: string, given: Secrets, make: (secret: string | Uint8Array) => Promise<Made>) {
    if (typeof given !== 'function') listOf(name, given);
    this.#name = name;
    this.#given = given;
    this.#make = make;
  }

  /** Of the secrets that are good at that time (epoch ms). */
  async at(time: number): Promise<Made[]> {
    const given = this.#given;
    const secrets = listOf(this.#name, typeof given === 'function' ? await given() : given);
    const good = secrets.flatMap(one => {
      if (typeof one === 'string' || isBytes(one)) return one;
      return Number(one.until) >= time ? one.secret : [];
    });
    return Promise.all(good.map(secret => this.#of(secret)));
  }

  #of(secret: string | Uint8Array): Promise<Made> {
    const known = this.#made.get(secret);
    if (known) return known;
    if (this.#made.size >= mostKept) this.#made.clear();
    const made = this.#make(secret);
    this.#made.set(secret, made);
    return made;
  }
}
