using System.Text;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.Tests.ApiServer.Schema;

public sealed class GoJsonSyntaxTests
{
    [Theory]
    [InlineData("", "unexpected end of JSON input")]
    [InlineData("{\"a\":", "unexpected end of JSON input")]
    [InlineData("{{", "invalid character '{' looking for beginning of object key string")]
    [InlineData("{oops", "invalid character 'o' looking for beginning of object key string")]
    [InlineData("{\"a\" 1}", "invalid character '1' after object key")]
    [InlineData("[1 2]", "invalid character '2' after array element")]
    [InlineData("{} x", "invalid character 'x' after top-level value")]
    [InlineData("nope", "invalid character 'o' in literal null (expecting 'u')")]
    public void Describe_Malformed_GoSentence(string json, string sentence) => Assert.Equal(sentence, GoJsonSyntax.Describe(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("{}")]
    [InlineData("[1,-2.5e3,\"x\\u00e4\",true,null,{\"a\":[]}]")]
    public void Describe_WellFormed_Null(string json) => Assert.Null(GoJsonSyntax.Describe(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Describe_HundredThousandBrackets_RefusedWithoutOverflow()
        => Assert.Equal("exceeded max depth", GoJsonSyntax.Describe(Encoding.ASCII.GetBytes(new string('[', 100_000))));

    [Fact]
    public void Scan_RepeatedKeys_Paths()
        => Assert.Equal(["spec.ports", "spec.list[1].a"], DuplicateFieldScanner.Scan("""{"spec":{"ports":1,"ports":2,"list":[{"a":1},{"a":1,"a":2}]}}"""u8));
}
