using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Commands;

/// <summary>Probes that <c>kafkamesh inject</c> changes are what their author wrote after <c>uninject</c>.</summary>
public sealed class InjectProbesTests
{
    [Fact]
    public async Task Inject_TcpProbesOfCapturedPorts_ComeBackByteForByte()
    {
        var broker = """
            apiVersion: kafkamesh.io/v1alpha1
            kind: KafkaMonitor
            metadata: {name: brokers}
            spec: {selector: {matchLabels: {app: kafka}}, injection: Selector, direction: Inbound}
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: kafka}
            spec:
              template:
                metadata: {labels: {app: kafka}}
                spec:
                  containers:
                  - name: kafka
                    image: kafka:4
                    ports: [{name: clients, containerPort: 9092}]
                    readinessProbe: # is it up?
                      tcpSocket:
                        port: clients
                      periodSeconds: 5 # often
                    livenessProbe: {initialDelaySeconds: 30, tcpSocket: {port: 9092}, periodSeconds: 20}
                    startupProbe:
                      failureThreshold: 60
                      tcpSocket: {port: 9092}

            """;

        var (code, injected, _) = await BuiltProgram.RunAsync(broker, "inject", "-f", "-", "--kubernetes-version", "1.36");

        Assert.Equal(0, code);
        Assert.DoesNotContain("tcpSocket:", injected, StringComparison.Ordinal);
        Assert.Contains("          httpGet:\n            path: \"/probe/tcp?port=9092\"\n            port: 4594\n            scheme: HTTP\n          periodSeconds: 5 # often\n", injected, StringComparison.Ordinal);
        Assert.Contains("livenessProbe: {initialDelaySeconds: 30, httpGet: {path: \"/probe/tcp?port=9092\", port: 4594, scheme: HTTP}, periodSeconds: 20}\n", injected, StringComparison.Ordinal);
        var (_, again, _) = await BuiltProgram.RunAsync(injected, "inject", "-f", "-", "--kubernetes-version", "1.36");
        Assert.Equal(injected, again);
        var (_, restored, _) = await BuiltProgram.RunAsync(injected, "uninject", "-f", "-");
        Assert.Equal(broker, restored);
    }
}
