import { describeAdaptive } from '../support/adaptive-property.js';
import { seed } from './seed.js';

describeAdaptive(2_000, seed);
