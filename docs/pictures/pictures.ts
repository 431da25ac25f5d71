import { drawSchedules } from './schedules.js';
import { stories } from './stories.js';
import type { Picture } from './svg.js';

/** Every picture of the guides, by the name of its file here, and how it is drawn. */
export const pictures: Record<string, () => Picture | Promise<Picture>> = {
  ...stories,
  schedules: drawSchedules,
};
