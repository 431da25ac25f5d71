import { basename } from 'node:path';
import type { Plugin } from 'vitepress';

/**
 * What VitePress's own markup lacks for people who read with ears or with a keyboard. Each is replaced where it is
 * built, so that it is right on the server's page and in the browser; one that is not found ends the build.
 */
const mended: Record<string, readonly (readonly [from: string, to: string])[]> = {
  // The home page and the one for what is not there have no main landmark.
  'VPHome.vue': [
    ['<div \n    class="VPHome"', '<main \n    class="VPHome"'],
    ['  </div>\n</template>', '  </main>\n</template>'],
  ],
  'NotFound.vue': [
    ['<div class="NotFound">', '<main class="NotFound">'],
    ['  </div>\n</template>', '  </main>\n</template>'],
    // A name other than what is seen.
    [':aria-label="theme.notFound?.linkLabel ?? \'go to home\'"', ''],
  ],
  // The shortcut is told as one, and is no part of the button's name, as seen or as heard: style.css shows the letter,
  // as VitePress does the key before it.
  'VPNavBarSearchButton.vue': [
    ['<button type="button"', '<button type="button" aria-keyshortcuts="Control+K Meta+K"'],
    ['<span class="DocSearch-Button-Keys">', '<span class="DocSearch-Button-Keys" aria-hidden="true">'],
    ['<kbd class="DocSearch-Button-Key">K</kbd>', '<kbd class="DocSearch-Button-Key" data-key="K"></kbd>'],
  ],
  // Its name came only with the script, and told what it would do, not what it is.
  'VPSwitchAppearance.vue': [['<VPSwitch', '<VPSwitch aria-label="Dark theme"']],
  // A group was a button that contains one; its arrow is enough, with the group's name, and the space bar.
  'VPSidebarItem.vue': [
    [':role="itemRole"', ''],
    [':tabindex="item.items && 0"', ''],
    ["e.key !== 'Enter'", "e.key !== 'Enter' && e.key !== ' '"],
    ['aria-label="toggle section"', ':aria-label="item.text" :aria-expanded="!collapsed"'],
    ['@keydown.enter="onCaretClick"', '@keydown.enter="onCaretClick" @keydown.space.prevent="onCaretClick"'],
  ],
};

export const mendVitePress: Plugin = {
  name: 'mend-vitepress',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('/theme-default/')) return;
    return mended[basename(id)]?.reduce((text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`${basename(id)} has no ${from} any more.`);
      return text.replace(from, to);
    }, code);
  },
};
