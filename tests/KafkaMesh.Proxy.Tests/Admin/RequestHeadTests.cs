using System.Text;
using KafkaMesh.Proxy.Admin;

namespace KafkaMesh.Proxy.Tests.Admin;

public sealed class RequestHeadTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", true)]
    [InlineData("GET / HTTP/1.1\r\nhost:a\r\nconnection: Close\r\n\r\n", false)]
    [InlineData("GET / HTTP/1.0\r\n\r\n", false)]
    [InlineData("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", true)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", false)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n", false)]
    public void TryRead_Complete_KnowsWhetherAnotherRequestMayFollow(string text, bool keepAlive)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text + "surplus");
        Assert.Equal(RequestHeadStatus.Complete, RequestHead.TryRead(bytes, out RequestHead head, out int length));
        Assert.Equal(new RequestHead("GET", "/", keepAlive), head);
        Assert.Equal(text.Length, length);
    }

    [Fact]
    public void TryRead_EveryPrefix_IsIncomplete()
    {
        byte[] bytes = "GET /metrics?a=b HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray();
        for (int i = 0; i < bytes.Length; i++)
        {
            Assert.Equal(RequestHeadStatus.Incomplete, RequestHead.TryRead(bytes.AsSpan(0, i), out _, out _));
        }

        Assert.Equal(RequestHeadStatus.Complete, RequestHead.TryRead(bytes, out RequestHead head, out _));
        Assert.Equal("/metrics", head.Path);
    }

    [Fact]
    public void TryRead_QueryAndFields_AreKept()
    {
        byte[] bytes = "GET /tap?api=Fetch&x=? HTTP/1.1\r\nHost: a\r\naccept: text/plain\r\nAccept: */*;q=0.1\r\nAUTHORIZATION:  Bearer a.b.c \r\n\r\n"u8.ToArray();
        Assert.Equal(RequestHeadStatus.Complete, RequestHead.TryRead(bytes, out RequestHead head, out _));
        Assert.Equal(new RequestHead("GET", "/tap", true, "api=Fetch&x=?", "text/plain,*/*;q=0.1", "Bearer a.b.c"), head);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n")]
    [InlineData("GET /tap?a b HTTP/1.1\r\nHost: a\r\n\r\n")]
    public void TryRead_Ambiguous_IsMalformed(string text) =>
        Assert.Equal(RequestHeadStatus.Malformed, RequestHead.TryRead(Encoding.ASCII.GetBytes(text), out _, out _));
}
