using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Access;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Storage;

namespace KafkaMesh.Playground.Tests.ApiServer.Access;

public sealed class RbacAuthorizerTests
{
    private static readonly UserInfo Bot = new("system:serviceaccount:demo:bot", ["system:serviceaccounts", "system:serviceaccounts:demo", "system:authenticated"]);
    private readonly ObjectStore _store = new();

    public RbacAuthorizerTests()
    {
        foreach (var obj in BootstrapRoles.Create())
        {
            var storage = obj["kind"]!.ToString().ToLowerInvariant() + "s.rbac.authorization.k8s.io";
            _store.Create(new ObjectKey(storage, "", obj["metadata"]!["name"]!.ToString()), obj);
        }
    }

    [Theory]
    [InlineData("get", "/version", true)]
    [InlineData("get", "/apis/kafkamesh.io", true)]
    [InlineData("get", "/metrics", false)]
    [InlineData("post", "/version", false)]
    public void Paths_ServiceAccount_AsBootstrapped(string verb, string path, bool allowed)
        => Assert.Equal(allowed, Decide(new RequestAttributes { User = Bot, Verb = verb, Path = path }).Allowed);

    [Fact]
    public void Version_ServiceAccount_ReasonAsRecorded()
        => Assert.Contains(
            Decide(new RequestAttributes { User = Bot, Verb = "get", Path = "/version" }).Reason,
            new[]
            {
                "RBAC: allowed by ClusterRoleBinding \"system:public-info-viewer\" of ClusterRole \"system:public-info-viewer\" to Group \"system:authenticated\"",
                "RBAC: allowed by ClusterRoleBinding \"system:discovery\" of ClusterRole \"system:discovery\" to Group \"system:authenticated\"",
            });

    [Theory]
    [InlineData("get", "kafkamonitors", "", "m2", true)]
    [InlineData("get", "kafkamonitors", "status", "m2", true)]
    [InlineData("get", "kafkamonitors", "", "other", false)]
    [InlineData("patch", "kafkamonitors", "", "m2", false)]
    [InlineData("get", "kafkamonitors", "scale", "m2", false)]
    public void RoleInNamespace_NamesAndSubresources_Respected(string verb, string resource, string subresource, string name, bool allowed)
    {
        Store("roles", """{"metadata":{"name":"r"},"rules":[{"apiGroups":["kafkamesh.io"],"resources":["kafkamonitors","kafkamonitors/status"],"resourceNames":["m2"],"verbs":["get"]}]}""");
        Store("rolebindings", """{"metadata":{"name":"r"},"roleRef":{"kind":"Role","name":"r"},"subjects":[{"kind":"ServiceAccount","name":"bot"}]}""");
        var request = Request(verb, resource, subresource, name);
        Assert.Equal(allowed, Decide(request).Allowed);
        Assert.False(Decide(request with { Namespace = "other" }).Allowed);
        Assert.False(Decide(request with { User = UserInfo.Anonymous }).Allowed);
    }

    [Fact]
    public void Masters_Anything_Allowed()
        => Assert.True(Decide(Request("delete", "nosuch", "", "x") with { User = new UserInfo("admin", ["system:masters"]) }).Allowed);

    [Fact]
    public void Refusal_Subresource_TextAsRecorded()
        => Assert.Equal(
            "kafkamonitors.kafkamesh.io \"m2\" is forbidden: User \"system:serviceaccount:demo:bot\" cannot patch resource \"kafkamonitors/status\" in API group \"kafkamesh.io\" in the namespace \"demo\"",
            ForbiddenText.For(Request("patch", "kafkamonitors", "status", "m2")).Message);

    private static RequestAttributes Request(string verb, string resource, string subresource, string name) => new()
    {
        User = Bot,
        Verb = verb,
        Path = "",
        IsResourceRequest = true,
        Group = "kafkamesh.io",
        Resource = resource,
        Subresource = subresource,
        Namespace = "demo",
        Name = name,
    };

    private AuthorizationDecision Decide(RequestAttributes request) => new RbacAuthorizer(new ClusterState(_store)).Authorize(request);

    private void Store(string plural, string json)
    {
        var obj = JsonNode.Parse(json)!.AsObject();
        _store.Create(new ObjectKey(plural + ".rbac.authorization.k8s.io", "demo", obj["metadata"]!["name"]!.ToString()), obj);
    }
}
