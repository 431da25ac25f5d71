import { describeWaiting } from '../support/wait-properties.js';
import { seed } from './seed.js';

describeWaiting(10_000, seed);
