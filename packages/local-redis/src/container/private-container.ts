import { isIP } from "node:net";

import { GenericContainer } from "testcontainers";

/**
 * A container whose one port is published only at the address that we reach its engine at: loopback, or the bridge when this
 * process runs in a container itself. testcontainers has no setting for it and would publish a Redis without a password on
 * every interface of the machine; that is left for an engine on another machine, known by its name.
 */
export class PrivateContainer extends GenericContainer {
  constructor(image: string, port: { container: number; host: number }, engineAddress: string) {
    super(image);
    this.withExposedPorts(port);
    if (isIP(engineAddress) !== 0) {
      this.hostConfig.PortBindings = {
        [`${port.container}/tcp`]: [{ HostIp: engineAddress, HostPort: String(port.host) }],
      };
    }
  }
}
