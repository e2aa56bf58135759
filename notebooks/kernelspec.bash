# The scripts in this folder source this file.

notebooks=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# need PROGRAM PACKAGES: ends with the exit code 77 if PROGRAM, which the Debian packages PACKAGES install, is missing.
need() {
  if ! command -v "$1" >/dev/null 2>&1; then
    echo "There is no $1 on the PATH. On Debian: apt-get install $2." >&2
    exit 77
  fi
}

# Builds the kernel if necessary. The caller must source bin/launch.bash first.
prepare_kernel() {
  if ! "$perseus_java" --list-modules | grep -q '^jdk.jshell'; then
    echo "The kernel needs a JDK with the module jdk.jshell, which $perseus_java lacks. Set JAVA_HOME." >&2
    exit 1
  fi
  perseus_prepare notebook-kernel
}

# write_kernelspec DIR: writes DIR/kernel.json, which tells Jupyter how to start the Java kernel of this checkout.
write_kernelspec() {
  local path=$notebooks/kernel
  path=${path//\\/\\\\}
  path=${path//\"/\\\"}
  mkdir -p "$1"
  cat >"$1/kernel.json" <<JSON
{
  "argv": ["$path", "{connection_file}"],
  "display_name": "Java (Perseus)",
  "language": "java",
  "interrupt_mode": "message"
}
JSON
}
