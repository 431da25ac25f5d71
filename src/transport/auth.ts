import { AuthenticationError } from '../errors/wire.js';
import { readHeaders } from './headers.js';

/** Why credentials are asked for: for the first request, or because the server did not take the last ones. */
export interface AuthRequest {
  reason: 'start' | 'unauthorized';
}

/**
 * Gives the headers that authenticate a request, for schemes other than a Bearer token.
 *
 * @example const apiKey: AuthHandler = { headers: () => ({ 'X-API-Key': key }) }
 */
export interface AuthHandler {
  headers(request: AuthRequest): HeadersInit | Promise<HeadersInit>;
}

/** A Bearer token; a function that gives one and is asked again, once, after a 401; or a handler. */
export type Auth = string | ((request: AuthRequest) => string | Promise<string>) | AuthHandler;

/** Identity matters: whoever got a 401 says which credentials they used. */
export type Credentials = Headers;

/**
 * Holds the credentials of one client. However many requests ask at once, the application is asked once; however many
 * get a 401 with the same credentials, they are renewed once.
 */
export class Authenticator {
  readonly #auth: Auth | undefined;
  #current: Promise<Credentials> | undefined;

  constructor(auth: Auth | undefined) {
    this.#auth = auth;
  }

  /** Whether there is anything to send at all. */
  get active(): boolean {
    return this.#auth !== undefined;
  }

  get(): Promise<Credentials> {
    this.#current ??= this.#ask('start');
    return this.#current;
  }

  /**
   * New credentials instead of those that were refused; the current ones, if those are newer already. `undefined`
   * where a fixed token leaves nothing to try.
   */
  async renew(refused: Credentials): Promise<Credentials | undefined> {
    if (typeof this.#auth === 'string') return undefined;
    if ((await this.#current) === refused) this.#current = this.#ask('unauthorized');
    return this.get();
  }

  #ask(reason: AuthRequest['reason']): Promise<Credentials> {
    const asked = this.#read(reason);
    asked.catch(() => {
      // The next request asks anew: the application's token service may be back by then.
      if (this.#current === asked) this.#current = undefined;
    });
    return asked;
  }

  async #read(reason: AuthRequest['reason']): Promise<Credentials> {
    const auth = this.#auth;
    let given: string | HeadersInit | undefined;
    try {
      given =
        typeof auth === 'object'
          ? await auth.headers({ reason })
          : typeof auth === 'function'
            ? await auth({ reason })
            : auth;
    } catch (cause) {
      throw new AuthenticationError(
        'The "auth" option failed to give credentials; its own error is the cause.',
        401,
        {
          cause,
        },
      );
    }
    return readHeaders('auth', typeof given === 'string' ? { authorization: `Bearer ${given}` } : given);
  }
}
