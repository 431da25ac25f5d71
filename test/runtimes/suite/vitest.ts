// What a test gets for `vitest` where vitest itself does not run: its own runner and matchers, so that names, hooks and
// what is equal to what are the same everywhere.
import { fn, spyOn } from '@vitest/spy';
import * as timers from './fake-timers.js';

export { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } from '@vitest/runner';
export { expect } from './expect.js';
export const vi = { fn, spyOn, ...timers };
