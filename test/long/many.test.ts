import { describeMany } from '../support/many-properties.js';
import { seed } from './seed.js';

describeMany(10_000, seed);
