/** What a page token names: a task, and its place in the order at that time. */
export interface PageToken {
  place: number;
  id: string;
}

export function writeToken({ place, id }: PageToken): string {
  return btoa(`${place} ${id}`);
}

/** Nothing, if it is none of ours. */
export function readToken(token: string): PageToken | undefined {
  const [, place, id] = /^(\d+) (.+)$/.exec(decode(token)) ?? [];
  return place === undefined || id === undefined ? undefined : { place: Number(place), id };
}

function decode(token: string): string {
  try {
    return atob(token);
  } catch {
    return '';
  }
}
