# An image with all commands in /opt/perseus; see docs/install.md.
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /src
COPY . .
# The cache keeps Maven's downloads between builds on one host. The kernel of the notebooks is not built.
RUN --mount=type=cache,target=/root/.m2 mvn -q -B -Pdist -DskipTests -pl cli -am package
# The program jar of the JDK unpacks no permissions.
RUN mkdir /opt/unpacked && cd /opt/unpacked \
    && jar xf "$(ls /src/cli/target/dist/perseus-*.zip | grep -v analysis)" \
    && mv perseus-* /opt/perseus && cd /opt/perseus \
    && chmod 755 run.sh bin/perseus-* examples/plan-a-profile/run

FROM eclipse-temurin:17-jre
COPY --from=build /opt/perseus /opt/perseus
ENV PATH=/opt/perseus/bin:$PATH
# The first start of a command writes a file beside the jars, with which later ones start quickly.
RUN perseus-analyze check /opt/perseus/sample-profiles/gpt3-xl_a100-pcie \
    && perseus-analyze --version && perseus-profile models && perseus-server --version \
    && useradd --create-home --shell /bin/bash perseus \
    && install -d -m 1777 /work
USER perseus
WORKDIR /work
CMD ["perseus-analyze", "--help"]
