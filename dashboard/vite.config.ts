import { defineConfig } from 'vite';

/** `dist/` is served by the daemon under any address, so every URL is relative; the policy forbids inline code. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  build: {
    outDir: process.env.LIVESTATUS_DASHBOARD_OUT ?? 'dist',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Inlined files would be data: URLs, which the policy forbids.
    assetsInlineLimit: 0,
  },
});
