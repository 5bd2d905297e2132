# Sourced by ./run and ./test: installs what is missing and chooses the compiler. Touches no network when nothing is missing.
# Needs $root (the clone). Sets $cxx, $cc, $jobs. Usage: hansa_setup build|test

say() { printf '== %s\n' "$*" >&2; }
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "installing packages needs root: run this as root once, or install sudo"
  fi
}

# A choice is NAME or NAME>=VERSION.
new_enough() { # choice, version at hand
  [ -n "$2" ] || return 1
  case $1 in *'>='*) dpkg --compare-versions "$2" ge "${1#*>=}" ;; esac
}
installed() {
  local have
  have=$(dpkg-query -W -f '${db:Status-Status} ${Version}' "${1%%>=*}" 2>/dev/null) || return 1
  [ "${have%% *}" = installed ] && new_enough "$1" "${have#* }"
}
known() { new_enough "$1" "$(apt-cache show --no-all-versions "${1%%>=*}" 2>/dev/null | sed -n 's/^Version: //p')"; }

# package_lines build|test: the lines of cmake/debian-packages.txt that this job needs.
package_lines() {
  awk -v want="$1" '/^\[/ { section = substr($0, 2, length($0) - 2); next } /^ *(#|$)/ { next }
    section == "build" || want == "test" { gsub(/ *\| */, " "); print }' "$root/cmake/debian-packages.txt"
}

# missing_lines build|test: those of which no alternative is installed.
missing_lines() {
  local line name
  package_lines "$1" | while read -r line; do
    for name in $line; do installed "$name" && continue 2; done
    printf '%s\n' "$line"
  done
}

node_is_new_enough() {
  command -v node >/dev/null && command -v npm >/dev/null &&
    node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 18 ? 0 : 1)'
}

install_missing() {
  local missing line name choice names=()
  missing=$(missing_lines "$1")
  node_is_new_enough || missing+=$'\n'$'nodejs\nnpm'
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null || die "this script installs packages on Debian only; missing here: $(tr '\n' ' ' <<<"$missing")"
  say "Reading Debian's package lists"
  as_root apt-get update -q >&2
  while read -r line; do
    [ -n "$line" ] || continue
    choice=
    for name in $line; do known "$name" && { choice=${name%%>=*}; break; }; done
    [ -n "$choice" ] || die "this Debian has none of: $line (cmake/debian-packages.txt)"
    names+=("$choice")
  done <<<"$missing"
  say "Installing ${names[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    -o DPkg::Lock::Timeout=600 "${names[@]}" >&2
  hash -r
  node_is_new_enough || die "Node.js 18 or newer with npm is needed for the admin UI; found $(node --version 2>&1 || true)"
}

# The version the presets name, else the newest clang from 16 on.
choose_compiler() {
  local version newest=0
  for version in 16 $(compgen -c clang++- | sed -n 's/^clang++-\([0-9]\+\)$/\1/p' | sort -rn); do
    if command -v "clang++-$version" >/dev/null && [ "$version" -ge 16 ]; then newest=$version; break; fi
  done
  if [ "$newest" -gt 0 ]; then cc=clang-$newest cxx=clang++-$newest
  elif command -v clang++ >/dev/null && [ "$(clang++ -dumpversion | cut -d. -f1)" -ge 16 ]; then cc=clang cxx=clang++
  else die "no clang 16 or newer was found"
  fi
}

# As many jobs as cores, but no more than one for each 3 GB of memory: a file with Beast in it needs that much.
choose_jobs() {
  local by_memory
  by_memory=$(awk '/^MemTotal/ { print int($2 / 3000000) }' /proc/meminfo)
  jobs=$(nproc)
  [ "$by_memory" -ge "$jobs" ] || jobs=$((by_memory > 1 ? by_memory : 1))
}

hansa_setup() {
  install_missing "$1"
  choose_compiler
  choose_jobs
  # One compiler cache for every clone of this repository.
  export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
}

# configure_and_build PRESET FOLDER [TARGET…] [-- CMAKE-OPTION…]
configure_and_build() {
  local preset=$1 folder=$2 targets=()
  shift 2
  while [ $# -gt 0 ] && [ "$1" != -- ]; do targets+=(--target "$1"); shift; done
  [ $# = 0 ] || shift
  say "Configuring $preset ($cxx)"
  (cd "$root" && cmake --preset "$preset" -DCMAKE_C_COMPILER="$cc" -DCMAKE_CXX_COMPILER="$cxx" --log-level=WARNING "$@") >&2
  say "Building $preset with $jobs jobs"
  cmake --build "$root/$folder" "${targets[@]}" -j "$jobs" >&2
}
