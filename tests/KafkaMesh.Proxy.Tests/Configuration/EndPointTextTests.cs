using System.Net;
using KafkaMesh.Proxy.Configuration;

namespace KafkaMesh.Proxy.Tests.Configuration;

public sealed class EndPointTextTests
{
    [Theory]
    [InlineData("127.0.0.1:0")]
    [InlineData("255.10.0.99:65535")]
    [InlineData("[::]:4594")]
    [InlineData("[::1]:1")]
    [InlineData("[fe80::1%2]:9092")]
    public void Of_EndPoint_IsSpelledAsByDotNet(string text)
    {
        var endPoint = IPEndPoint.Parse(text);
        Assert.Equal(endPoint.ToString(), EndPointText.Of(endPoint));
    }
}
