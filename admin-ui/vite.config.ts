import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// The bundle is what the node serves under `script-src 'self'; style-src 'self'`: index.html, one script, one
// style sheet and the icon. Nothing is inlined, and nothing is loaded from elsewhere.
export default defineConfig({
  plugins: [svelte({ compilerOptions: { runes: true } })],
  build: {
    target: 'es2022',
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        entryFileNames: 'assets/hansa-[hash].js',
        assetFileNames: 'assets/hansa-[hash][extname]',
        inlineDynamicImports: true,
      },
    },
  },
  test: { include: ['test/**/*.test.ts'] },
});
