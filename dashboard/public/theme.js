// Applies the reader's choice before the first paint; without one the stylesheet follows the system (theme.css).
try {
  const choice = localStorage.getItem('livestatus.theme');
  if (choice === 'light' || choice === 'dark') document.documentElement.dataset.theme = choice;
} catch {
  // Storage can be forbidden; then the page follows the system.
}
