import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  customMatchers,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from '@vitest/expect';
import { getCurrentTest } from '@vitest/runner';

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

type Assertion = ReturnType<typeof chai.expect> & { withTest(test: unknown): unknown };

const globals = globalThis as unknown as Record<symbol, object>;

/** vitest's own, as it is in its workers, but for snapshots and polls. */
export const expect = Object.assign(
  (value: unknown, message?: string) => {
    const assertion = chai.expect(value, message) as Assertion;
    const test = getCurrentTest();
    return test ? assertion.withTest(test) : assertion;
  },
  chai.expect,
  globals[ASYMMETRIC_MATCHERS_OBJECT],
);

const state = { assertionCalls: 0, isExpectingAssertions: false, expectedAssertionsNumber: null };
setState(state, expect as unknown as Parameters<typeof setState>[1]);
// Where asymmetric matchers look for it.
globals[GLOBAL_EXPECT] = expect;
(chai.expect as unknown as { extend(expect: object, matchers: object): void }).extend(expect, customMatchers);
