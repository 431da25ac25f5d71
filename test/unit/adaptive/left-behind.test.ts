import type { TaskHandle } from 'a2a-await';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { adapting, replyAfter, ScriptedReceiver, wired } from '../../support/adapting.js';
import { taskIn } from '../../support/events.js';
import { result, rpcError } from '../../support/rpc-fetch.js';
import { watched } from '../../support/settling.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const ms = (max: number) => fc.integer({ min: 0, max });
/** Mostly soon, but never longer than is borne. */
const delay = fc.oneof(fc.constant(0), ms(50), ms(4_000));
const delays = fc.array(delay, { minLength: 1, maxLength: 5 });

const scripts = fc.record({
  isSubmitted: fc.boolean(),
  send: delays,
  /** Until what follows; the message may be on its way. */
  patience: fc.oneof(fc.constant(5_000), delay),
  pushIsFirst: fc.boolean(),
  register: delays,
  bind: delays,
  revoke: delays,
  set: delays,
  delete: delays,
  failing: fc.constantFrom('nothing', 'set', 'bind'),
  /** What is done with the handle, one after the other. */
  acts: fc.array(
    fc.record({ does: fc.constantFrom('wait', 'wait', 'leave', 'leave', 'notify', 'end'), rest: delay }),
    { maxLength: 10 },
  ),
});

it('whatever hangs for a while, and however waits begin and end, nothing is left on either side after close', () =>
  fc.assert(
    fc.asyncProperty(scripts, async script => {
      using clock = new VirtualClock(3);
      const turns = new Map<readonly number[], number>();
      const next = (of: readonly number[]) => {
        const nth = turns.get(of) ?? 0;
        turns.set(of, nth + 1);
        return of[nth % of.length] ?? 0;
      };
      const pause = (of: readonly number[]) => new Promise(resolve => setTimeout(resolve, next(of)));
      const receiver = new ScriptedReceiver({
        register: () => pause(script.register),
        bind: async () => {
          await pause(script.bind);
          if (script.failing === 'bind') throw new Error('store');
        },
        revoke: () => pause(script.revoke),
      });
      let state = 'WORKING';
      const { adaptive, configs, store, told, resumed } = adapting(
        {
          SendMessage: request => {
            const { taskPushNotificationConfig: params } = request.params['configuration'] as Record<
              string,
              never
            >;
            if (params) store({ ...request, params });
            return replyAfter(next(script.send), () => result(request.id, { task: wired(state) }));
          },
          GetTask: ({ id }) => result(id, wired(state)),
          CreateTaskPushNotificationConfig: request =>
            replyAfter(next(script.set), () =>
              script.failing === 'set' ? rpcError(request.id, -32603, 'It broke.') : store(request),
            ),
          DeleteTaskPushNotificationConfig: ({ id, params }) =>
            replyAfter(next(script.delete), () => {
              configs.delete(String(params['id']));
              return result(id, {});
            }),
        },
        {
          webhook: receiver.webhook,
          strategies: script.pushIsFirst ? ['push', 'stream'] : ['stream', 'push'],
        },
      );
      const submitting = script.isSubmitted ? watched(adaptive.submitTask('Write')) : undefined;
      await clock.advance(script.patience);
      const handle = submitting ? (submitting.value as TaskHandle | undefined) : resumed();
      const leaving: AbortController[] = [];
      for (const { does, rest } of script.acts) {
        if (does === 'wait' && handle) {
          const left = new AbortController();
          leaving.push(left);
          watched(handle.wait({ timeout: Infinity, signal: left.signal }));
        } else if (does === 'leave') leaving.shift()?.abort();
        else {
          if (does === 'end') state = 'COMPLETED';
          for (const id of receiver.good) {
            receiver.notify(id, taskIn(state === 'COMPLETED' ? 'completed' : 'working'));
          }
        }
        await clock.advance(rest);
      }
      const closing = watched(adaptive.close());
      await clock.advance(60_000);
      expect(closing.state).toBe('resolved');
      expect(clock.pending).toBe(0);
      expect([...configs]).toEqual([]);
      expect(receiver.good).toEqual([]);
      const end = told.findIndex(({ name }) => name === 'settled');
      const after = end < 0 ? [] : told.slice(end + 1).map(({ name }) => name);
      expect(after.filter(name => name !== 'warning')).toEqual([]);
    }),
    { numRuns: 200, seed: 20261130 },
  ));
