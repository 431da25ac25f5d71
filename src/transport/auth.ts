import { AuthenticationError } from '../errors/wire.js';
import { type HeaderRecord, type HeadersInput, readHeaders } from './headers.js';

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
  headers(request: AuthRequest): HeadersInput | Promise<HeadersInput>;
}

/** A Bearer token; a function that gives one and is asked again, once, after a 401; or a handler. */
export type Auth = string | ((request: AuthRequest) => string | Promise<string>) | AuthHandler;

/**
 * Holds the credentials of one client. However many requests ask at once, the application is asked once; however many
 * get a 401 with the same credentials, they are renewed once.
 */
export class Authenticator {
  readonly #auth: Auth | undefined;
  #current: Promise<HeaderRecord> | undefined;
  /** The last ones that the application really gave. */
  #given: Promise<HeaderRecord> | undefined;

  constructor(auth: Auth | undefined) {
    this.#auth = auth;
  }

  /** Whether there is anything to send at all. */
  get active(): boolean {
    return this.#auth !== undefined;
  }

  /** The credentials to send; the very same promise until they are renewed. */
  get(): Promise<HeaderRecord> {
    this.#current ??= this.#ask('start');
    return this.#current;
  }

  /** New credentials for those that were refused, unless somebody renewed them already; none for a fixed token. */
  renew(refused: Promise<HeaderRecord>): Promise<HeaderRecord> | undefined {
    if (typeof this.#auth === 'string') return undefined;
    if (this.#current === refused) this.#current = this.#ask('unauthorized');
    return this.get();
  }

  /** Forgets a question that the application has not answered yet: the next request asks anew. */
  giveUp(): void {
    if (this.#current !== this.#given) this.#current = undefined;
  }

  #ask(reason: AuthRequest['reason']): Promise<HeaderRecord> {
    const asked = this.#read(reason);
    asked.then(
      () => {
        this.#given = asked;
      },
      () => {
        // The next request asks anew: the application's token service may be back by then.
        if (this.#current === asked) this.#current = undefined;
      },
    );
    return asked;
  }

  async #read(reason: AuthRequest['reason']): Promise<HeaderRecord> {
    const auth = this.#auth;
    let given: string | HeadersInput | undefined;
    let cause: unknown;
    try {
      if (typeof auth === 'object') given = await auth.headers({ reason });
      else given = typeof auth === 'function' ? await auth({ reason }) : auth;
    } catch (error) {
      cause = error;
    }
    if (!given) throw new AuthenticationError('The option "auth" gave no credentials.', 401, { cause });
    return readHeaders(
      'auth',
      typeof given === 'string' ? { authorization: `Bearer ${given.replace(/^bearer /i, '')}` } : given,
    );
  }
}
