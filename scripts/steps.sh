# Sourced by the other scripts: runs named steps, shows how long each took, and says which one failed.

# step NAME COMMAND...: runs the command; a failure ends the script with the command's own exit code.
step() {
  local name=$1 began=$SECONDS code=0
  shift
  printf '\n== %s\n' "$name"
  "$@" || code=$?
  if [ "$code" -ne 0 ]; then
    printf '== %s: FAILED (exit code %s) after %s s\n' "$name" "$code" "$((SECONDS - began))" >&2
    exit "$code"
  fi
  printf '== %s: %s s\n' "$name" "$((SECONDS - began))"
}

# as_root COMMAND...: runs the command as root if that needs no password; 1 where it would.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    sudo -n "$@"
  else
    return 1
  fi
}

# debian_install PACKAGE...: installs Debian packages, where apt is there and no password is asked for.
debian_install() {
  command -v apt-get >/dev/null 2>&1 || return 1
  as_root apt-get update -qq || return 1
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
