using System.Net;
using KafkaMesh.Proxy.Transport.Posix;

namespace KafkaMesh.Proxy.Tests.Transport;

public sealed class SocketAddressBytesTests
{
    [Theory]
    [InlineData("10.1.2.3:9092", "10.1.2.3:9092")]
    [InlineData("[fd00::7]:65535", "[fd00::7]:65535")]
    [InlineData("[fe80::1%3]:1", "[fe80::1%3]:1")]
    [InlineData("[::ffff:10.1.2.3]:9092", "10.1.2.3:9092")]
    public void Read_WhatWriteWrote_IsTheSameEndpoint(string endpoint, string expected)
    {
        var bytes = new byte[SocketAddressBytes.MaxLength];
        SocketAddressBytes.Write(IPEndPoint.Parse(endpoint), bytes);
        Assert.Equal(IPEndPoint.Parse(expected), SocketAddressBytes.Read(bytes));
    }

    [Fact]
    public void Read_OtherFamily_IsNull() => Assert.Null(SocketAddressBytes.Read(new byte[SocketAddressBytes.MaxLength]));
}
