/** Asks for DASHBOARD_TOKEN. No script and no style, so that the policy of the other pages holds here too. */
export function loginPage(wasWrong: boolean): string {
  const text = wasWrong
    ? 'That token is not right.'
    : 'This dashboard needs its token (DASHBOARD_TOKEN of the daemon).';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Live Status</title>
<h1>Live Status</h1>
<p>${text}</p>
<form method="get" action="/">
<label>Token <input type="password" name="token" autocomplete="current-password" required autofocus></label>
<button>Open</button>
</form>
</html>
`;
}
