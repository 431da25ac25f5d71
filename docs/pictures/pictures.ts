import { drawSchedules } from './schedules.js';
import { stories } from './stories.js';

/** Every picture of the guides, by the name of its file here, and how it is drawn. */
export const pictures: Record<string, () => string | Promise<string>> = {
  ...stories,
  schedules: drawSchedules,
};
