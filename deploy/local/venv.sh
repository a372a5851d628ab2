#!/bin/sh
# Makes .venv with the locked packages of requirements/<run|dev>.txt, or leaves it alone when they are there already.
set -eu
cd "$(dirname "$0")/../.."
group=$1
stamp=.venv/.$group.installed

fail() { # message ja, message en, advice ja, advice en
  printf '\n✗ %s\n  %s\n  → %s\n  → %s\n' "$1" "$2" "$3" "$4" >&2
  exit 1
}
works() { # was it made to its end, and for the Python that it runs on now? pip stands in the folder of that very version
  .venv/bin/python -I -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}
current() { # is what this group's lock says what was installed?
  [ -f ".venv/.$1.installed" ] && cmp -s "requirements/$1.txt" ".venv/.$1.installed" && works
}
exec 9<deploy/local/venv.sh # who makes it at the same time waits; where there is no flock (macOS), nobody does
if command -v flock >/dev/null; then flock 9; fi
if current "$group" || { [ "$group" = run ] && current dev; }; then exit 0; fi # dev holds all of run

if ! works; then
  found=
  for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$candidate; break; fi
  done
  [ -n "$found" ] || fail "Python 3.11 以上が見つかりません (python3: $(python3 -V 2>&1 || true))" \
    "no Python 3.11 or newer was found" \
    "入れてから make PYTHON=/どこか/python3.11 up のように場所を指定できます" \
    "install one; its place can be given: make PYTHON=/somewhere/python3.11 up"
  missing=$("$found" -c 'import importlib.util as u; print(*[m for m in ("venv","ensurepip","ssl","lzma","ctypes") if u.find_spec(m) is None])')
  [ -z "$missing" ] || fail "$found に標準モジュールがありません: $missing" "$found lacks standard modules: $missing" \
    "Debian/Ubuntu: apt install python3-venv  (自分でビルドした Python なら libssl-dev liblzma-dev libffi-dev を入れて作り直す)" \
    "Debian/Ubuntu: apt install python3-venv  (a Python built by hand needs libssl-dev liblzma-dev libffi-dev)"
  printf '.venv を作っています / making .venv (%s)\n' "$("$found" -V)"
  rm -rf .venv
  "$found" -m venv .venv || fail ".venv を作れません" ".venv cannot be made" "空き容量と権限を確認してください" "check free space and permissions"
fi

printf 'Python パッケージを入れています (初回 1 分ほど) / installing Python packages (about a minute the first time)\n'
log=.venv/$group.log
{
  .venv/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off \
    --require-hashes -r "requirements/$group.txt" 2>&1 && echo installed-all
} | tee "$log" | awk '/^ *Downloading/ { count++; if (/[0-9] MB\)/) { print "  ↓ " $2 " " $3 " " $4; fflush() } }
  /^Installing/ { print "  " count + 0 " ↓  → .venv"; fflush() }'
[ "$(tail -n 1 "$log")" = installed-all ] || fail "パッケージを入れられません: $(grep -m1 -i error "$log" || tail -n 1 "$log")" \
  "packages cannot be installed (see $log)" \
  "初回だけネットワークが必要です。プロキシは HTTPS_PROXY、社内の索引は pip の設定 (PIP_INDEX_URL) で指定します" \
  "the network is needed the first time; set HTTPS_PROXY for a proxy, PIP_INDEX_URL for an index of your own"
cp "requirements/$group.txt" "$stamp"
