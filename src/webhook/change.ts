import { A2AError } from '../errors/base.js';
import type { WebhookStore } from './store.js';

/**
 * How often it is tried to write when others write at the same time: of so many at once each wins in the end, and as many
 * may come at once as the rate lets in.
 */
const mostAttempts = 1_000;

/** What comes of a step; what is to be kept, unless it stays as it is; and its life, ms. */
export type Change<Result> = [result: Result, value?: string | undefined, life?: number];

/**
 * Changes what is kept under a key, whoever else does so at the same time.
 *
 * @param step of what is kept; called again where others were faster
 * @throws whatever the store or the step throws; {A2AError} if others were always faster
 */
export async function change<Result>(
  store: WebhookStore,
  key: string,
  step: (text: string | undefined) => Change<Result> | Promise<Change<Result>>,
): Promise<Result> {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const before = await store.get(key);
    const [result, value, life = 0] = await step(before);
    if (value === undefined) return result;
    const isKept = await store.replace(key, before, value, life).catch(async error => {
      // What fails may have happened all the same: told again, it would be a duplicate, and nobody would hear of it.
      if ((await store.get(key)) !== value) throw error;
      return true;
    });
    if (isKept) return result;
  }
  throw new A2AError('The store was busy.', { code: 'webhook-store' });
}
