using System.Net;
using KafkaMesh.Proxy.Configuration;
using KafkaMesh.Proxy.Redirect;

namespace KafkaMesh.Proxy.Tests.Redirect;

public sealed class NftRulesTests
{
    private static readonly IPAddress[] s_pod = [IPAddress.Parse("10.244.1.7"), IPAddress.Parse("fd00:10:244::7")];

    [Theory]
    [InlineData("default", "")]
    [InlineData("both", "--direction=both --ports=9092,9094")]
    [InlineData("ranges", "--direction=both --include-cidrs=10.0.0.0/8,fd00::/8 --exclude-cidrs=10.9.0.0/16,fd00:9::/32")]
    public void Transaction_Settings_IsTheGoldenText(string name, string arguments) =>
        Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "testdata", "redirect", name + ".nft")), NftRules.Transaction(Plan(arguments, withIPv6: true)));

    [Fact]
    public void Transaction_PodWithoutIPv6_HasNoRuleOfIt()
    {
        string text = NftRules.Transaction(Plan("--direction=both", withIPv6: false));
        Assert.DoesNotContain("ip6", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ipv6", text, StringComparison.Ordinal);
        Assert.Contains("meta nfproto ipv4 tcp dport 9092", text, StringComparison.Ordinal);
    }

    [Fact]
    public void AreInPlace_RuleOrChainMissingTwiceOrElsewhere_IsSeen()
    {
        RedirectPlan plan = Plan("--direction=both", withIPv6: true);
        string[] lines = [.. NftRules.Transaction(plan).Split('\n').Skip(2)];
        Assert.True(NftRules.AreInPlace(plan, string.Join('\n', lines)));
        Assert.False(NftRules.AreInPlace(plan, ""));
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Contains("comment", StringComparison.Ordinal) || lines[i].Contains("chain", StringComparison.Ordinal))
            {
                Assert.False(NftRules.AreInPlace(plan, string.Join('\n', lines.Where((_, line) => line != i))), $"without line {i}");
                Assert.False(NftRules.AreInPlace(plan, string.Join('\n', lines.Append(lines[i]))), $"with line {i} twice");
            }
        }
    }

    private static RedirectPlan Plan(string arguments, bool withIPv6)
    {
        var flags = new FlagReader(InitFlags.All, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), new Dictionary<string, string>());
        InitSettings settings = InitSettings.Read(flags);
        Assert.Null(flags.Error);
        return RedirectPlan.Create(settings.Redirect, s_pod, withIPv6);
    }
}
