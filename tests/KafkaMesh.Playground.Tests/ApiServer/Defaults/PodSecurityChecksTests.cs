using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Defaults;

namespace KafkaMesh.Playground.Tests.ApiServer.Defaults;

public sealed class PodSecurityChecksTests
{
    private const string Good = """
        {"securityContext":{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}},"containers":[{"name":"a",
         "securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}}]}
        """;

    [Theory]
    [InlineData("privileged")]
    [InlineData("baseline")]
    [InlineData("restricted")]
    [InlineData("")]
    public void Check_GoodPod_NoProblem(string level) => Assert.Empty(Check(level, Good));

    [Fact]
    public void Restricted_PlainPod_SentenceOfRealServer()
        => Assert.Equal(
            "allowPrivilegeEscalation != false (container \"c\" must set securityContext.allowPrivilegeEscalation=false), "
            + "unrestricted capabilities (container \"c\" must set securityContext.capabilities.drop=[\"ALL\"]), "
            + "runAsNonRoot != true (pod or container \"c\" must set securityContext.runAsNonRoot=true), "
            + "seccompProfile (pod or container \"c\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")",
            string.Join(", ", Check("restricted", """{"containers":[{"name":"c"}]}""")));

    [Theory]
    [InlineData("""{"initContainers":[{"name":"i","securityContext":{"capabilities":{"add":["NET_ADMIN"]}}}]}""",
        "non-default capabilities (container \"i\" must not include \"NET_ADMIN\" in securityContext.capabilities.add)")]
    [InlineData("""{"hostNetwork":true,"hostPID":true}""", "host namespaces (hostNetwork=true, hostPID=true)")]
    [InlineData("""{"volumes":[{"name":"v","hostPath":{"path":"/"}}]}""", "hostPath volumes (volume \"v\")")]
    [InlineData("""{"containers":[{"name":"c","securityContext":{"privileged":true}}]}""", "privileged (container \"c\" must not set securityContext.privileged=true)")]
    [InlineData("""{"containers":[{"name":"c","ports":[{"hostPort":80}]}]}""", "hostPort (container \"c\" uses hostPort 80)")]
    public void Baseline_Violation_SentenceOfRealServer(string spec, string sentence) => Assert.Equal([sentence], Check("baseline", spec));

    private static IReadOnlyList<string> Check(string level, string spec) => PodSecurityChecks.Check(level, null, JsonNode.Parse(spec)!.AsObject());
}
