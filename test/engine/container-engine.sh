#!/usr/bin/env bash
# A container engine with a Redis image, made of what this machine has, for tests where no registry is in reach.
#
#   container-engine.sh start FOLDER   installs and starts dockerd where no engine answers, and makes the image
#                                      volley-test/redis:local of this machine's own redis-server; needs root
#   container-engine.sh stop FOLDER    stops the dockerd that start has started, and no other
#
# Exit code 1 with the reason on the last line when there is no engine to be had. FOLDER holds the engine's files and log.
set -uo pipefail

readonly IMAGE=volley-test/redis:local
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
  # vfs needs no support of the file system, so that it works inside a container too.
  dockerd --storage-driver=vfs --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/daemon.pid" \
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

make_image() {
  local server root=$folder/image
  server=$(command -v redis-server) || give_up "there is no redis-server to make an image of"
  mkdir -p "$root/data" "$root/tmp" "$root/usr/bin"
  cp -L "$server" "$root/usr/bin/redis-server"
  # Every absolute path that ldd prints is a library, or the loader that finds them.
  ldd "$server" | grep -o '/[^ ]*' | while read -r library; do cp -L --parents "$library" "$root"; done
  tar -C "$root" -c . | timeout "$IMAGE_SECONDS" docker import -c 'ENTRYPOINT ["/usr/bin/redis-server"]' -c 'WORKDIR /data' \
    - "$IMAGE" >/dev/null || give_up "the image cannot be made"
  timeout "$IMAGE_SECONDS" docker run --rm "$IMAGE" --version || give_up "the image does not run"
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
    make_image
    ;;
  stop) stop_engine ;;
  *) give_up "start or stop, not $action" ;;
esac
