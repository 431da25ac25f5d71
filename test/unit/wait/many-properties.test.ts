import { describeMany } from '../../support/many-properties.js';

describeMany(100, 5);
