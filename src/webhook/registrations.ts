import { A2AError } from '../errors/base.js';
import { demand, durationOption, textOption, wordOption } from '../errors/options.js';
import type { PushNotificationConfig } from '../model/push-notification.js';
import { digest, randomText } from './bytes.js';
import { type Change, change } from './change.js';
import { toldKeyOf } from './inbox.js';
import { readJson } from './json.js';
import type { WebhookStore } from './store.js';
import type { ExpectedDigests } from './verifier.js';

/** How long a url is good if nothing is said, and how long one that is gone is remembered, ms. */
const day = 86_400_000;

export interface RegisterOptions {
  /** How long the url is good, ms. @default 86_400_000 (a day) */
  life?: number | undefined;
  /**
   * Whether it is for one task, so that notifications about another are refused; or for several, such as a whole
   * conversation. @default 'one'
   */
  tasks?: 'one' | 'many' | undefined;
}

export interface BindOptions {
  /**
   * Takes the place of another registration that is bound to the task, such as one made before a restart, for
   * `receiver.wait(taskId)`. What was notified there is kept; without this it is not, even if that one is gone.
   * @default false
   */
  takeOver?: boolean | undefined;
}

export interface RotateOptions {
  /** For how long the secrets until now are good as well, ms. @default 3_600_000 (an hour) */
  overlap?: number | undefined;
}

/**
 * A url of its own with secrets of its own, to be given to one agent.
 *
 * @example
 * const registration = await receiver.register();
 * await client.pushNotifications.set(task.id, registration.toConfig());
 * await registration.bind(task.id);
 */
export interface Registration {
  /** The last segment of the url: 128 random bits. */
  readonly id: string;
  readonly url: string;
  /** 256 random bits, as servers send them back in a header of their own. */
  readonly token: string;
  /** 256 other random bits, as servers send them in `Authorization: Bearer`. */
  readonly credentials: string;
  readonly expiresAt: Date;
  /**
   * Says which task it is about: `receiver.wait(taskId)` believes notifications from here from then on, and with
   * `tasks: 'one'` those about others are refused. What was notified before is kept.
   *
   * @throws {A2AError} (rejects) with the code `'registration-gone'`; or `'already-bound'`, if it is bound to another
   * task, or another registration that is still good is bound to this one: an agent may give its task the id of another
   * agent's
   */
  bind(taskId: string, options?: BindOptions): Promise<void>;
  /** What to give to the agent's server. Holds the secrets. */
  toConfig(): PushNotificationConfig;
  /**
   * Makes new secrets for the same url. Those until now stay good for a while, until the server has the new ones.
   *
   * @returns the registration with the new secrets; this one keeps the old
   * @throws {A2AError} (rejects) with the code `'registration-gone'`
   */
  rotate(options?: RotateOptions): Promise<Registration>;
  /** Whoever notifies it from now on is told that it is gone. */
  revoke(): Promise<void>;
}

/** What a store keeps of a registration: no secrets, but their digests. */
export interface RegistrationRecord {
  /** From the newest on. */
  secrets: { token: string; credentials: string; until: number }[];
  /** Epoch ms; 0 if it was revoked. */
  expiresAt: number;
  tasks: 'one' | 'many';
  /** The tasks it is about, as far as that is known. */
  bound: string[];
  /** Whether it is for one, and only notifications say so: the application has not yet. */
  isGuess?: true;
}

/** The registrations in a store. */
export class Registrations {
  readonly #store: WebhookStore;
  readonly #base: string;

  /** @param base the url below which they have theirs, without a slash at the end */
  constructor(store: WebhookStore, base: string) {
    this.#store = store;
    this.#base = base;
  }

  async add({ life, tasks }: RegisterOptions): Promise<Registration> {
    const span = durationOption('life', life, day, 1e15);
    demand(span > 0, 'life', 'more than 0 ms', life);
    wordOption('tasks', tasks, ['one', 'many']);
    const id = randomText(128);
    const expiresAt = Date.now() + span;
    const { secrets, digests } = await newSecrets();
    const record: RegistrationRecord = {
      secrets: [{ ...digests, until: expiresAt }],
      expiresAt,
      tasks: tasks ?? 'one',
      bound: [],
    };
    await change(this.#store, registrationKeyOf(id), () => [0, JSON.stringify(record), lifeOf(record)]);
    return this.#registration(id, secrets, expiresAt);
  }

  async find(id: string | undefined): Promise<RegistrationRecord | undefined> {
    return id === undefined ? undefined : readJson(await this.#store.get(registrationKeyOf(id)));
  }

  /**
   * Says whether a notification may be about a task. The first one at a registration for one task decides which that is,
   * until the application says so, but only if it is known to come from its own agent. Wakes who waits for that.
   */
  async admit(id: string, found: RegistrationRecord, taskId: string, isOwn: boolean): Promise<boolean> {
    if (isAbout(found, taskId) || (!isOwn && found.bound.length === 0)) return true;
    const record = await this.#change(id, before =>
      before.bound.length === 0 ? { ...before, bound: [taskId], isGuess: true } : undefined,
    );
    await this.#wake(registrationKeyOf(id));
    return !!record && isAbout(record, taskId);
  }

  /** A wake may be lost: who waits looks again by and by. */
  #wake(channel: string): Promise<void> {
    return this.#store.wake(channel).catch(() => {});
  }

  /** The registration that is bound to a task. */
  boundTo(taskId: string): Promise<string | undefined> {
    return this.#store.get(boundKeyOf(taskId));
  }

  #registration(id: string, secrets: { token: string; credentials: string }, expires: number): Registration {
    const url = `${this.#base}/${id}`;
    const { token, credentials } = secrets;
    return {
      id,
      url,
      token,
      credentials,
      expiresAt: new Date(expires),
      bind: (taskId, options) => this.#bind(id, taskId, options),
      toConfig: () => ({ id, url, token, authentication: { scheme: 'Bearer', credentials } }),
      rotate: options => this.#rotate(id, options),
      revoke: () => this.#revoke(id),
    };
  }

  async #bind(id: string, taskId: string, { takeOver }: BindOptions = {}): Promise<void> {
    textOption('taskId', taskId);
    const store = this.#store;
    let isAdded = false;
    const claim = async (other: string | undefined): Promise<Change<[string | undefined, number]>> => {
      const isTaken = other !== id && !takeOver && isGood(await this.find(other));
      if (isTaken) throw boundOtherwise(id, taskId);
      const record = await this.#change(id, before => {
        const { isGuess, ...others } = before;
        const bound = isGuess ? [] : before.bound;
        if (bound.includes(taskId)) return undefined;
        if (before.tasks !== 'many' && bound.length > 0) throw boundOtherwise(id, taskId);
        isAdded = true;
        return { ...others, bound: [...bound, taskId] };
      });
      if (!record) throw gone(id);
      return [[other, toldLifeOf(record)], other === id ? undefined : id, lifeOf(record)];
    };
    try {
      const [other, life] = await change(store, boundKeyOf(taskId), claim);
      // Only what is taken over on purpose: else one that is gone could have told the end of what another does.
      const told = takeOver && other && (await store.get(toldKeyOf(other, taskId)));
      // What was told there is not told again here.
      if (told) await store.replace(toldKeyOf(id, taskId), undefined, told, life);
    } catch (error) {
      // Who came too late is free for its own task.
      const freed = (before: RegistrationRecord) => ({
        ...before,
        bound: before.bound.filter(one => one !== taskId),
      });
      if (isAdded) await this.#change(id, freed).catch(() => {});
      throw error;
    }
    await this.#wake(taskChannel(taskId));
    await this.#wake(registrationKeyOf(id));
  }

  async #rotate(id: string, { overlap }: RotateOptions = {}): Promise<Registration> {
    const until = Date.now() + durationOption('overlap', overlap, 3_600_000);
    const { secrets, digests } = await newSecrets();
    const record = await this.#change(id, before => {
      const { expiresAt } = before;
      const old = before.secrets.filter(one => one.until > Date.now());
      const leaving = old.map(one => ({ ...one, until: Math.min(one.until, until) }));
      return { ...before, secrets: [{ ...digests, until: expiresAt }, ...leaving] };
    });
    if (!record) throw gone(id);
    return this.#registration(id, secrets, record.expiresAt);
  }

  async #revoke(id: string): Promise<void> {
    await this.#change(id, before => ({ ...before, secrets: [], expiresAt: 0 }));
    await this.#wake(registrationKeyOf(id));
  }

  /**
   * Changes what is kept, whoever else does so at the same time; `undefined` changes nothing.
   *
   * @returns the registration as it then is, unless there is none that is good
   */
  #change(
    id: string,
    alter: (record: RegistrationRecord) => RegistrationRecord | undefined,
  ): Promise<RegistrationRecord | undefined> {
    return change(this.#store, registrationKeyOf(id), text => {
      const record = readJson<RegistrationRecord>(text);
      if (!isGood(record)) return [undefined];
      const altered = alter(record);
      return altered ? [altered, JSON.stringify(altered), lifeOf(altered)] : [record];
    });
  }
}

/** Also the channel where those are woken who wait for a registration's task to be known. */
export const registrationKeyOf = (id: string) => `registration:${id}`;
const boundKeyOf = (taskId: string) => `bound:${taskId}`;

/** Where those are woken who wait for a task's registration. */
export const taskChannel = (taskId: string) => `task:${taskId}`;

/** Whether an id may be one of a registration; all others need not be looked for. */
export function isRegistrationId(text: string): boolean {
  return /^[\da-f]{32}$/.test(text);
}

/** Whether there is one, and it is neither revoked nor past its life. */
export function isGood(record: RegistrationRecord | undefined): record is RegistrationRecord {
  return !!record && record.expiresAt > Date.now();
}

/** The digests of the secrets that are good at that time. */
export function expectedOf({ secrets }: RegistrationRecord, time: number): ExpectedDigests {
  const good = secrets.filter(({ until }) => until > time);
  return {
    tokens: good.map(({ token }) => token),
    credentials: good.map(({ credentials }) => credentials),
  };
}

/** The one task it is about, if it is about one. */
export function onlyTaskOf({ bound }: RegistrationRecord): string | undefined {
  return bound.length === 1 ? bound[0] : undefined;
}

/** Whether it is for a task, as far as that is known. */
export function isAbout(record: RegistrationRecord, taskId: string): boolean {
  return record.tasks === 'many' || record.bound.includes(taskId);
}

/** Until it expires, and as long again as its url is to be remembered. */
function lifeOf({ expiresAt }: RegistrationRecord): number {
  return Math.max(expiresAt - Date.now(), 0) + day;
}

/** What was told goes before the registration itself does. */
export function toldLifeOf(record: RegistrationRecord): number {
  return lifeOf(record) - day / 2;
}

async function newSecrets() {
  const [token, credentials] = [randomText(256), randomText(256)];
  const digests = { token: await digest(token), credentials: await digest(credentials) };
  return { secrets: { token, credentials }, digests };
}

function boundOtherwise(id: string, taskId: string): A2AError {
  return new A2AError(`The registration ${id} or the task ${taskId} is bound to another one.`, {
    code: 'already-bound',
  });
}

export function gone(id: string | undefined): A2AError {
  return new A2AError(`The registration ${id} is gone: make a new one.`, {
    code: 'registration-gone',
  });
}
