using KafkaMesh.Operator.Tests.Dashboard;

namespace KafkaMesh.Operator.Tests.Commands.OperatorApi;

/// <summary>Who may look, and what is said when there is nobody to ask.</summary>
public sealed class AccessTests(ProxiedFixture fixture) : IClassFixture<ProxiedFixture>
{
    [Fact]
    public async Task Look_ByRole_IsKubernetesDecision()
    {
        var eve = await fixture.PersonAsync("eve");
        var (code, output, errors) = await fixture.RunAsync(eve, "topology");
        Assert.Equal((69, ""), (code, output));
        Assert.Equal(
            "kafkamesh topology: Kubernetes does not let you reach the operator (services \"kafkamesh-operator:dashboard\" is forbidden: User \"system:serviceaccount:people:eve\" cannot get resource "
            + "\"services/proxy\" in API group \"\" in the namespace \"kafkamesh-system\"); an administrator allows it with kubectl create rolebinding NAME -n kafkamesh-system --role=kafkamesh-view --user=YOU\n",
            errors);

        var ann = await fixture.PersonAsync("ann", "kafkamesh-view");
        Assert.Equal(0, (await fixture.RunAsync(ann, "topology", "-A")).Code);
    }

    [Fact]
    public async Task Look_NobodyToAsk_SaysWhoIsMissing()
    {
        Assert.Equal(
            "kafkamesh topology: there is no Service kafkamesh-operator in namespace people: install KafkaMesh, or name the namespace that it is in with --operator-namespace\n",
            (await fixture.RunAsync(null, "topology", "--operator-namespace", "people")).Errors);
        fixture.ProxiedPort = null;
        Assert.StartsWith("kafkamesh topology: the operator runs, but its dashboard does not (", (await fixture.RunAsync(null, "topology")).Errors, StringComparison.Ordinal);
        fixture.ProxiedPort = fixture.Process.Dashboard!.Port;
        await fixture.PublishDashboardAsync(isReady: false);
        var (code, output, errors) = await fixture.RunAsync(null, "topology");
        Assert.Equal((69, ""), (code, output));
        Assert.StartsWith("kafkamesh topology: no replica of the operator is ready (", errors, StringComparison.Ordinal);
        await fixture.PublishDashboardAsync(isReady: true);
        Assert.Equal(0, (await fixture.RunAsync(null, "topology", "-A")).Code);
    }
}
