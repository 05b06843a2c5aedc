using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Defaults;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.Tests.ApiServer.Defaults;

/// <summary>Which level counts is decided as PolicyToEvaluate of k8s.io/pod-security-admission decides it.</summary>
public sealed class PodSecurityAdmissionTests
{
    [Theory]
    [InlineData("privileged", null, null)]
    [InlineData("baseline", null, "baseline")]
    [InlineData("restricted", null, "restricted")]
    [InlineData("restricted", "privileged", null)]
    [InlineData("restricted", "baseline", "baseline")]
    [InlineData("privileged", "restricted", "restricted")]
    [InlineData("privileged", "strictest", "restricted")]
    [InlineData("privileged", "", "restricted")]
    public async Task Admit_PodWithNetAdmin_ByTheLabelElseTheDefault(string defaultLevel, string? label, string? refusing)
    {
        var space = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = label is null ? null : new JsonObject { ["pod-security.kubernetes.io/enforce"] = label } } };
        var admission = new PodSecurityAdmission(_ => space, defaultLevel);

        if (refusing is null)
        {
            Assert.NotNull(await admission.AdmitAsync(Context(), Pod()));
            return;
        }

        var refusal = await Assert.ThrowsAsync<ApiException>(async () => await admission.AdmitAsync(Context(), Pod()));
        Assert.Equal(403, refusal.Code);
        Assert.Contains($"violates PodSecurity \"{refusing}:latest\": ", refusal.Message, StringComparison.Ordinal);
    }

    private static WriteContext Context() => new()
    {
        Kind = new KindRegistry(BuiltInKinds.Create()).Find("", "v1", "pods")!,
        Operation = WriteOperation.Create,
        User = UserInfo.System("test"),
        FieldManager = "test",
        Namespace = "demo",
        Name = "p",
        Options = [],
    };

    private static JsonObject Pod() =>
        JsonNode.Parse("""{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","securityContext":{"capabilities":{"add":["NET_ADMIN"]}}}]}}""")!.AsObject();
}
