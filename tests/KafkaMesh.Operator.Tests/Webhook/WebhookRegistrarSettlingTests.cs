using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Operator.Webhook;

namespace KafkaMesh.Operator.Tests.Webhook;

/// <summary>From when on an entry is relied on.</summary>
public sealed class WebhookRegistrarSettlingTests : WebhookRegistrarTest
{
    // Every API server hears of an entry by itself, and later than the one that stored it.
    [Fact]
    public async Task TryApply_EntryIsNewOrSaysSomethingNew_IsReliedOnAfterAMoment()
    {
        Assert.True(await Registrar.TryApplyAsync(CancellationToken.None));
        Assert.Equal(RegistrationState.Settling, StateOf("orders"));
        Clock.Offset += WebhookRegistrar.SettleTime;
        Assert.Equal(RegistrationState.Registered, StateOf("orders"));

        await MonitorAsync("payments");
        Assert.True(await Registrar.TryApplyAsync(CancellationToken.None));
        Assert.Equal((RegistrationState.Registered, RegistrationState.Settling), (StateOf("orders"), StateOf("payments")));
        Clock.Offset += WebhookRegistrar.SettleTime;
        Assert.True(await Registrar.TryApplyAsync(CancellationToken.None));
        Assert.Equal((RegistrationState.Registered, RegistrationState.Registered), (StateOf("orders"), StateOf("payments")));

        await MonitorAsync("orders", MonitoredNamespace.Monitor("demo", selector: """{"matchLabels": {"app": "others"}}"""));
        Assert.True(await Registrar.TryApplyAsync(CancellationToken.None));
        Assert.Equal((RegistrationState.Settling, RegistrationState.Registered), (StateOf("orders"), StateOf("payments")));
    }

    [Fact]
    public async Task TryApply_EntryThatAPredecessorStored_IsReliedOnAtOnce()
    {
        Assert.True(await ApplyAsync());
        var successor = RegistrarWith(Certificates);

        Assert.True(await successor.TryApplyAsync(CancellationToken.None));

        Assert.Equal(RegistrationState.Registered, successor.StateOf(new NamespacedName("demo", "orders")));
    }

    // The answer to the write was lost, or somebody else wrote it.
    [Fact]
    public async Task TryApply_EntryThatWasMissingAtTheLastLook_IsReliedOnAfterAMoment()
    {
        Assert.True(await ApplyAsync());
        var stored = (await StoredAsync())!;
        await DeleteAsync();
        Assert.False(await ApplyAsync());
        stored["metadata"]!.AsObject().Remove("resourceVersion");
        stored["metadata"]!.AsObject().Remove("uid");
        await Admin.CreateAsync(BuiltInEntities.MutatingWebhookConfigurations, stored);

        Assert.True(await Registrar.TryApplyAsync(CancellationToken.None));

        Assert.Equal(RegistrationState.Settling, StateOf("orders"));
        Clock.Offset += WebhookRegistrar.SettleTime;
        Assert.Equal(RegistrationState.Registered, StateOf("orders"));
    }
}
