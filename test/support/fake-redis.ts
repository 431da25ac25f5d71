import { EventEmitter } from 'node:events';
import { replaceScript, replaceSha } from '../../src/redis/replace.js';

/** What clients of one fake Redis share. */
interface Memory {
  values: Map<string, string>;
  subscriptions: Set<{ channel: string; hear: (message: string, channel: string) => void }>;
}

/**
 * As much of a client of the package `redis`, and of Redis itself, as the store uses, in memory: for tests that need no
 * server. What Redis truly does is tested in test/redis.
 */
export class FakeRedis extends EventEmitter {
  /** Every command so far. */
  readonly commands: string[][] = [];
  readonly #memory: Memory;
  /** Takes the place of the answer. */
  answer: ((args: readonly string[]) => Promise<unknown> | undefined) | undefined;

  constructor(memory: Memory = { values: new Map(), subscriptions: new Set() }) {
    super();
    this.#memory = memory;
  }

  duplicate(): FakeRedis {
    return new FakeRedis(this.#memory);
  }

  async connect(): Promise<this> {
    return this;
  }

  destroy(): void {
    this.#memory.subscriptions.clear();
  }

  async sendCommand(args: readonly string[]): Promise<unknown> {
    this.commands.push([...args]);
    const answer = this.answer?.(args);
    if (answer) return answer;
    const { values, subscriptions } = this.#memory;
    const [name = '', first = '', , key = '', mark = '', value = '', , expected] = args;
    switch (name) {
      case 'GET':
        return values.get(first) ?? null;
      case 'DEL':
        return Number(values.delete(first));
      case 'PUBLISH':
        for (const { channel, hear } of subscriptions) if (channel === first) hear('', channel);
        return 0;
      case 'EVAL':
      case 'EVALSHA':
        if (first !== replaceScript && first !== replaceSha) throw new Error('ERR another script');
        if (values.get(key)?.slice(36) !== expected) return 0;
        values.set(key, mark + value);
        return 1;
      default:
        throw new Error(`ERR unknown command '${name}'`);
    }
  }

  async subscribe(channel: string, hear: (message: string, channel: string) => void): Promise<void> {
    this.#memory.subscriptions.add({ channel, hear });
  }

  async unsubscribe(channel: string): Promise<void> {
    for (const each of this.#memory.subscriptions) {
      if (each.channel === channel) this.#memory.subscriptions.delete(each);
    }
  }
}
