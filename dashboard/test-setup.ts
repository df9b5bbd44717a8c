import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

// jsdom has no layout and says so at every scroll of the virtual list.
window.scrollTo = () => undefined;
afterEach(cleanup);
