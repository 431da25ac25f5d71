import { describeAdaptive } from '../support/adaptive-property.js';
import { seed } from './seed.js';

describeAdaptive(10_000, seed);
