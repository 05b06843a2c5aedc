using KafkaMesh.Proxy.Configuration;

namespace KafkaMesh.Proxy.Tests.Configuration;

public sealed class FlagReaderTests
{
    private static readonly Flag s_number = new("a-number", "a number, 1-9", "5", "Number");
    private static readonly Flag s_list = new("list", "words", null, "Words") { IsList = true };
    private static readonly Flag s_switch = new("on", "true or false", "false", "Switch") { IsSwitch = true };
    private static readonly Flag[] s_all = [s_number, s_list, s_switch];

    [Fact]
    public void Number_FlagVariableDefault_InThatOrder()
    {
        var variables = new Dictionary<string, string> { ["KAFKAMESH_A_NUMBER"] = "7" };
        Assert.Equal(8, new FlagReader(s_all, ["--a-number", "8"], variables).Number(s_number, 1, 9));
        Assert.Equal(8, new FlagReader(s_all, ["--a-number=8"], variables).Number(s_number, 1, 9));
        Assert.Equal(7, new FlagReader(s_all, [], variables).Number(s_number, 1, 9));
        Assert.Equal(5, new FlagReader(s_all, [], new Dictionary<string, string> { ["KAFKAMESH_A_NUMBER"] = "" }).Number(s_number, 1, 9));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("10")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.5")]
    [InlineData("1e0")]
    [InlineData(" 1")]
    [InlineData("99999999999999999999")]
    [InlineData("５")]
    public void Number_NotAccepted_NamesFlagValueAndRange(string text)
    {
        var flags = new FlagReader(s_all, ["--a-number", text], new Dictionary<string, string>());
        flags.Number(s_number, 1, 9);
        Assert.Equal($"'{text}' is no value for --a-number: accepted is a number, 1-9", flags.Error);
    }

    [Fact]
    public void Number_VariableNotAccepted_NamesTheVariable()
    {
        var flags = new FlagReader(s_all, [], new Dictionary<string, string> { ["KAFKAMESH_A_NUMBER"] = "x\ny" });
        flags.Number(s_number, 1, 9);
        Assert.Equal("'x?y' is no value for KAFKAMESH_A_NUMBER: accepted is a number, 1-9", flags.Error);
    }

    [Theory]
    [InlineData("tcp://10.96.0.7:80")]
    [InlineData("udp://[fd00::7]:53")]
    [InlineData("SCTP://10.96.0.7:80")]
    public void Number_VariableOfAService_IsNotRead(string value)
    {
        var port = new Flag("outbound-port", "a port, 1-65535", "4591", "Port");
        var flags = new FlagReader([port], [], new Dictionary<string, string> { ["KAFKAMESH_OUTBOUND_PORT"] = value });
        Assert.Equal(4591, flags.Number(port, 1, 65535));
        Assert.Null(flags.Error);
        Assert.False(flags.IsGiven(port));

        // The same on the command line is somebody's mistake.
        flags = new FlagReader([port], ["--outbound-port", value], new Dictionary<string, string>());
        flags.Number(port, 1, 65535);
        Assert.NotNull(flags.Error);
    }

    [Fact]
    public void List_CommasAndRepetition_AreTheSame()
    {
        var flags = new FlagReader(s_all, ["--list", "a, b", "--list=c"], new Dictionary<string, string> { ["KAFKAMESH_LIST"] = "z" });
        Assert.Equal(["a", "b", "c"], flags.List(s_list).Select(value => value.Text));
    }

    [Theory]
    [InlineData("--nope", "'--nope' is no flag of this command: accepted are --a-number --list --on")]
    [InlineData("nope", "'nope' is no flag of this command: accepted are --a-number --list --on")]
    [InlineData("--a-number", "--a-number has no value: accepted is a number, 1-9")]
    [InlineData("--a-number=", "--a-number has no value: accepted is a number, 1-9")]
    public void Arguments_Wrong_SayWhat(string argument, string error) =>
        Assert.Equal(error, new FlagReader(s_all, [argument], new Dictionary<string, string>()).Error);

    [Fact]
    public void Arguments_GivenTwice_IsRefused() =>
        Assert.Contains("given twice", new FlagReader(s_all, ["--a-number", "1", "--a-number", "2"], new Dictionary<string, string>()).Error, StringComparison.Ordinal);

    [Fact]
    public void Switch_AloneOrByVariable_IsOn()
    {
        Assert.True(new FlagReader(s_all, ["--on"], new Dictionary<string, string>()).Switch(s_switch));
        Assert.True(new FlagReader(s_all, [], new Dictionary<string, string> { ["KAFKAMESH_ON"] = "true" }).Switch(s_switch));
        Assert.False(new FlagReader(s_all, ["--on=false"], new Dictionary<string, string>()).Switch(s_switch));
    }
}
