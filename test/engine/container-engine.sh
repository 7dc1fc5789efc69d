#!/usr/bin/env bash
# A container engine with a Redis image, made of what this machine has, for tests where no registry is in reach.
#
#   container-engine.sh start FOLDER   installs and starts dockerd where no engine answers, and makes the image
#                                      volley-test/redis:local of this machine's own redis-server; needs root
#   container-engine.sh images FOLDER  makes that image, and what docker/Dockerfile can be built on: volley-test/node:build (Node, npm
#                                      and a shell), volley-test/node:bare (Node alone) and volley-test/packages:local (pnpm's store)
#   container-engine.sh stop FOLDER    stops the dockerd that start has started, and no other
#
# Exit code 1 with the reason on the last line when there is no engine to be had. FOLDER holds the engine's files and log.
set -uo pipefail

readonly REDIS_IMAGE=volley-test/redis:local
readonly INSTALL_SECONDS=240 START_SECONDS=40 IMAGE_SECONDS=120

action=${1:?start or stop}
folder=${2:?a folder}
pid_file=$folder/dockerd.pid

give_up() {
  echo "container engine: $1"
  exit 1
}

engine_answers() {
  timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1
}

install_engine() {
  command -v dockerd >/dev/null && command -v docker >/dev/null && return
  command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || give_up "none is installed, and only root on Debian can install one"
  # From Debian 13 on the client is a package of its own.
  timeout "$INSTALL_SECONDS" apt-get install -y -qq --no-install-recommends docker.io docker-cli >"$folder/install.log" 2>&1 ||
    timeout "$INSTALL_SECONDS" apt-get install -y -qq --no-install-recommends docker.io >>"$folder/install.log" 2>&1 ||
    give_up "docker.io cannot be installed ($(tail -n 1 "$folder/install.log"))"
}

start_engine() {
  engine_answers && return
  install_engine
  dockerd --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/daemon.pid" \
    >"$folder/dockerd.log" 2>&1 </dev/null &
  local pid=$!
  echo "$pid" >"$pid_file"
  for ((second = 0; second < START_SECONDS; second++)); do
    engine_answers && return
    kill -0 "$pid" 2>/dev/null || break
    sleep 1
  done
  stop_engine
  give_up "dockerd does not start ($(tail -n 1 "$folder/dockerd.log"))"
}

# import_image NAME ROOT [CHANGE...]: an image of the files under ROOT.
import_image() {
  local name=$1 root=$2 change changes=()
  shift 2
  for change in "$@"; do changes+=(-c "$change"); done
  tar -C "$root" --owner=0 --group=0 -c . | timeout "$IMAGE_SECONDS" docker import "${changes[@]}" - "$name" >/dev/null ||
    give_up "the image $name cannot be made"
}

# put_programs ROOT PROGRAM...: each into ROOT/usr/bin, with the libraries that it needs, where the loader looks for them.
put_programs() {
  local root=$1 program library
  shift
  mkdir -p "$root/usr/bin" "$root/tmp"
  chmod 1777 "$root/tmp"
  for program in "$@"; do
    program=$(command -v "$program") || give_up "there is no $program here to make an image of"
    cp -L "$program" "$root/usr/bin/"
    # Every absolute path that ldd prints is a library, or the loader that finds them.
    ldd "$program" | grep -o '/[^ ]*' | while read -r library; do cp -L --parents "$library" "$root"; done
  done
}

make_redis_image() {
  local root=$folder/redis
  mkdir -p "$root/data"
  chmod 1777 "$root/data"
  put_programs "$root" redis-server
  import_image "$REDIS_IMAGE" "$root" 'ENTRYPOINT ["/usr/bin/redis-server"]' 'WORKDIR /data'
  timeout "$IMAGE_SECONDS" docker run --rm "$REDIS_IMAGE" --version || give_up "the image does not run"
}

# What docker/Dockerfile is built on: all of this machine's own, so that nothing is fetched.
make_base_images() {
  local bare=$folder/bare build=$folder/build pnpm store
  put_programs "$bare" node
  import_image volley-test/node:bare "$bare"

  pnpm=$(node -p 'require("./package.json").packageManager.split("+")[0]')
  put_programs "$build" node sh env dirname readlink sed uname
  # pnpm's own program, which no package has fetched yet, needs more of the C library than Node does.
  cp -L --parents "$(dirname "$(ldd "$(command -v node)" | grep -o '/[^ ]*libc.so.6')")/librt.so.1" "$build"
  mkdir -p "$build/bin" "$build/usr/lib/node_modules" "$build/usr/etc" "$build/root"
  ln -sf /usr/bin/sh "$build/bin/sh"
  cp -r "$(npm root --global)/npm" "$build/usr/lib/node_modules/"
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$build/usr/bin/npm"
  # npm finds pnpm in its cache, and pnpm what the lock file names in its store.
  npm install --silent --no-audit --no-fund --global --prefix "$folder/pnpm" --cache "$build/root/.npm" "$pnpm" </dev/null ||
    give_up "$pnpm cannot be had"
  printf '%s\n' offline=true cache=/root/.npm "registry=$(npm config get registry)" >"$build/usr/etc/npmrc"
  import_image volley-test/node:build "$build" 'ENV pnpm_config_offline=true' 'ENV pnpm_config_minimum_release_age=0'

  store=$("$folder/pnpm/bin/pnpm" store path) || give_up "pnpm has no store"
  import_image volley-test/packages:local "$(dirname "$store")"
}

stop_engine() {
  [ -s "$pid_file" ] || return 0
  local pid
  pid=$(cat "$pid_file")
  kill "$pid" 2>/dev/null
  for ((second = 0; second < 20; second++)); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 1
  done
  kill -9 "$pid" 2>/dev/null
  rm -f "$pid_file"
}

case $action in
  start)
    mkdir -p "$folder"
    start_engine
    make_redis_image
    ;;
  images)
    mkdir -p "$folder"
    engine_answers || give_up "none answers"
    make_redis_image
    make_base_images
    ;;
  stop) stop_engine ;;
  *) give_up "start, images or stop, not $action" ;;
esac
