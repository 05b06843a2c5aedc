using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Configuration;
using KafkaMesh.Proxy.Redirect;

namespace KafkaMesh.Proxy.Tests.Redirect;

public sealed class IptablesRulesTests
{
    private static readonly IPAddress[] s_pod = [IPAddress.Parse("10.244.1.7"), IPAddress.Parse("fd00:10:244::7")];

    [Theory]
    [InlineData("default", "")]
    [InlineData("inbound", "--direction=inbound")]
    [InlineData("both", "--direction=both --ports=9092,9094")]
    [InlineData("ports-and-uid", "--outbound-port=15000 --proxy-uid=5000")]
    [InlineData("ranges", "--direction=both --include-cidrs=10.0.0.0/8,fd00::/8 --exclude-cidrs=10.9.0.0/16,fd00:9::/32")]
    [InlineData("everything-included", "--include-cidrs=0.0.0.0/0")]
    public void Transaction_EmptyTable_IsTheGoldenText(string name, string arguments)
    {
        string text = Render(arguments, AddressFamily.InterNetwork, NatTable.Empty) + Render(arguments, AddressFamily.InterNetworkV6, NatTable.Empty);
        Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "testdata", "redirect", name + ".txt")), text);
    }

    [Fact]
    public void Transaction_HalfAppliedTable_RemovesWhatIsTooMuch()
    {
        NatTable present = NatTable.Parse("""
            *nat
            :PREROUTING ACCEPT [0:0]
            :OUTPUT ACCEPT [0:0]
            :KAFKAMESH_OUTPUT - [0:0]
            :KAFKAMESH_PREROUTING - [0:0]
            -A PREROUTING -p tcp -j KAFKAMESH_PREROUTING
            -A PREROUTING -p tcp -m comment --comment "kafkamesh/inbound" -j KAFKAMESH_PREROUTING
            -A OUTPUT -p tcp -j OTHER
            -A OUTPUT -p tcp -j KAFKAMESH_OUTPUT
            COMMIT
            """);
        string[] lines = Render("--direction inbound", AddressFamily.InterNetwork, present).Split('\n');

        Assert.Equal(":KAFKAMESH_PREROUTING - [0:0]", lines[1]);
        Assert.Equal(
            [
                "-D OUTPUT -p tcp -j KAFKAMESH_OUTPUT",
                "-F KAFKAMESH_OUTPUT",
                "-X KAFKAMESH_OUTPUT",
                "-D PREROUTING -p tcp -j KAFKAMESH_PREROUTING",
                "-D PREROUTING -p tcp -m comment --comment \"kafkamesh/inbound\" -j KAFKAMESH_PREROUTING",
            ],
            lines.Where(line => line.StartsWith("-D", StringComparison.Ordinal) || line.StartsWith("-F", StringComparison.Ordinal) || line.StartsWith("-X", StringComparison.Ordinal)));
        Assert.DoesNotContain(lines, line => line.Contains("OTHER", StringComparison.Ordinal));
    }

    [Fact]
    public void AreInPlace_AnyDifference_IsSeen()
    {
        IReadOnlyList<IptablesChain> wanted = Chains("--direction inbound", AddressFamily.InterNetwork);
        string[] saved =
            [":PREROUTING ACCEPT [0:0]", ":KAFKAMESH_PREROUTING - [0:0]", $"-A PREROUTING {wanted[0].Jump}", .. wanted[0].Rules.Select(rule => $"-A KAFKAMESH_PREROUTING {rule}")];
        Assert.True(IptablesRules.AreInPlace(wanted, NatTable.Parse(string.Join('\n', saved))));
        for (int i = 2; i < saved.Length; i++)
        {
            Assert.False(IptablesRules.AreInPlace(wanted, NatTable.Parse(string.Join('\n', saved.Where((_, line) => line != i)))), $"without line {i}");
            Assert.False(IptablesRules.AreInPlace(wanted, NatTable.Parse(string.Join('\n', saved.Append(saved[i])))), $"with line {i} twice");
        }

        Assert.False(IptablesRules.AreInPlace(wanted, NatTable.Parse("-A PREROUTING -j ISTIO_INBOUND\n" + string.Join('\n', saved))));
        Assert.False(IptablesRules.AreInPlace(wanted, NatTable.Parse(string.Join('\n', saved.Append(":KAFKAMESH_OUTPUT - [0:0]")))));
    }

    private static string Render(string arguments, AddressFamily family, NatTable present) => IptablesRules.Transaction(Chains(arguments, family), present);

    private static IReadOnlyList<IptablesChain> Chains(string arguments, AddressFamily family)
    {
        var flags = new FlagReader(InitFlags.All, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), new Dictionary<string, string>());
        InitSettings settings = InitSettings.Read(flags);
        Assert.Null(flags.Error);
        var plan = RedirectPlan.Create(settings.Redirect, s_pod, withIPv6: true);
        return IptablesRules.Of(family == AddressFamily.InterNetwork ? plan.V4 : plan.V6);
    }
}
