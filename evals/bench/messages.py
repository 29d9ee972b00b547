"""Messages of usual size and layout for the benchmarks, made up of the world of the evaluation suites."""

from lxml import etree

_HEADER = """<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02">
    <Fr><FIId><FinInstnId><BICFI>TULPNL2AXXX</BICFI></FinInstnId></FIId></Fr>
    <To><FIId><FinInstnId><BICFI>WRENGB2LXXX</BICFI></FinInstnId></FIId></To>
    <BizMsgIdr>{id}</BizMsgIdr>
    <MsgDefIdr>{definition}</MsgDefIdr>
    <BizSvc>swift.cbprplus.02</BizSvc>
    <CreDt>2026-11-16T08:30:00+00:00</CreDt>
  </AppHdr>"""

_ADDRESS = """<PstlAdr>
            <StrtNm>{street}</StrtNm>
            <BldgNb>{number}</BldgNb>
            <PstCd>{code}</PstCd>
            <TwnNm>{town}</TwnNm>
            <Ctry>{country}</Ctry>
          </PstlAdr>"""
_DEBTOR = f"""<Dbtr>
          <Nm>Kerkhof Tuinbouw B.V.</Nm>
          {_ADDRESS.format(street="Havenkade", number="12", code="3011 AB", town="Rotterdam", country="NL")}
        </Dbtr>
        <DbtrAcct><Id><IBAN>NL02TULP0123456789</IBAN></Id></DbtrAcct>
        <DbtrAgt><FinInstnId><BICFI>TULPNL2AXXX</BICFI></FinInstnId></DbtrAgt>"""
_CREDITOR = f"""<CdtrAgt><FinInstnId><BICFI>WRENGB2LXXX</BICFI></FinInstnId></CdtrAgt>
        <Cdtr>
          <Nm>Moss Dental Supplies Ltd</Nm>
          {_ADDRESS.format(street="Quay Street", number="7", code="BS1 4QQ", town="Bristol", country="GB")}
        </Cdtr>
        <CdtrAcct><Id><IBAN>GB33WREN20304012345678</IBAN></Id></CdtrAcct>"""
_CASE = """<Assgnmt>
      <Id>{id}</Id>
      <Assgnr><Agt><FinInstnId><BICFI>TULPNL2AXXX</BICFI></FinInstnId></Agt></Assgnr>
      <Assgne><Agt><FinInstnId><BICFI>WRENGB2LXXX</BICFI></FinInstnId></Agt></Assgne>
      <CreDtTm>2026-11-16T08:30:00+00:00</CreDtTm>
    </Assgnmt>"""
_ORIGINAL = """<OrgnlGrpInf>
          <OrgnlMsgId>TULP-261111-0042</OrgnlMsgId>
          <OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId>
          <OrgnlCreDtTm>2026-11-11T09:15:00+00:00</OrgnlCreDtTm>
        </OrgnlGrpInf>
        <OrgnlInstrId>TULP-INS-0042</OrgnlInstrId>
        <OrgnlEndToEndId>INV-2026-1177</OrgnlEndToEndId>
        <OrgnlUETR>79ad6619-c752-458a-80a4-f3acd8c99661</OrgnlUETR>"""

_PARTIES = f"""{_DEBTOR.replace("<Dbtr>", "<Dbtr><Pty>").replace("</Dbtr>", "</Pty></Dbtr>")}
        {_CREDITOR.replace("<Cdtr>", "<Cdtr><Pty>").replace("</Cdtr>", "</Pty></Cdtr>")}"""
_TERMS = f"""<OrgnlTxRef>
        <SttlmInf><SttlmMtd>INDA</SttlmMtd></SttlmInf>
        <RmtInf><Ustrd>Invoice 2026-1177</Ustrd></RmtInf>
        {_PARTIES}
        </OrgnlTxRef>"""

_RECALL = f"""<FIToFIPmtCxlReq>
    {_CASE.format(id="TULP-CXL-0042")}
    <Undrlyg>
      <TxInf>
        <CxlId>TULP-CXL-0042-1</CxlId>
        <Case>
          <Id>TULP-CASE-0042</Id>
          <Cretr><Agt><FinInstnId><BICFI>TULPNL2AXXX</BICFI></FinInstnId></Agt></Cretr>
        </Case>
        {_ORIGINAL}
        <OrgnlIntrBkSttlmAmt Ccy="EUR">4250.00</OrgnlIntrBkSttlmAmt>
        <OrgnlIntrBkSttlmDt>2026-11-11</OrgnlIntrBkSttlmDt>
        <CxlRsnInf>
          <Orgtr><Id><OrgId><AnyBIC>TULPNL2AXXX</AnyBIC></OrgId></Id></Orgtr>
          <Rsn><Cd>DUPL</Cd></Rsn>
          <AddtlInf>Sent twice after a restart of the payment engine.</AddtlInf>
        </CxlRsnInf>
        {_TERMS}
      </TxInf>
    </Undrlyg>
  </FIToFIPmtCxlReq>"""

_REFUSAL = f"""<RsltnOfInvstgtn>
    {_CASE.format(id="TULP-RES-0042")}
    <RslvdCase>
      <Id>WREN-CASE-0042</Id>
      <Cretr><Agt><FinInstnId><BICFI>WRENGB2LXXX</BICFI></FinInstnId></Agt></Cretr>
    </RslvdCase>
    <Sts><Conf>RJCR</Conf></Sts>
    <CxlDtls>
      <TxInfAndSts>
        <CxlStsId>TULP-RES-0042-1</CxlStsId>
        {_ORIGINAL}
        <TxCxlSts>RJCR</TxCxlSts>
        <CxlStsRsnInf>
          <Orgtr><Nm>Tulp Bank N.V.</Nm></Orgtr>
          <Rsn><Cd>CUST</Cd></Rsn>
          <AddtlInf>The creditor does not agree to return the amount.</AddtlInf>
        </CxlStsRsnInf>
        {_TERMS}
      </TxInfAndSts>
    </CxlDtls>
  </RsltnOfInvstgtn>"""

_TRANSFER = f"""<FIToFICstmrCdtTrf>
    <GrpHdr>
      <MsgId>TULP-261111-0042</MsgId>
      <CreDtTm>2026-11-11T09:15:00+00:00</CreDtTm>
      <NbOfTxs>1</NbOfTxs>
      <SttlmInf><SttlmMtd>INDA</SttlmMtd></SttlmInf>
    </GrpHdr>
    <CdtTrfTxInf>
        <PmtId>
          <InstrId>TULP-INS-0042</InstrId>
          <EndToEndId>INV-2026-1177</EndToEndId>
          <UETR>79ad6619-c752-458a-80a4-f3acd8c99661</UETR>
        </PmtId>
        <IntrBkSttlmAmt Ccy="EUR">4250.00</IntrBkSttlmAmt>
        <IntrBkSttlmDt>2026-11-11</IntrBkSttlmDt>
        <InstdAmt Ccy="EUR">4250.00</InstdAmt>
        <ChrgBr>SHAR</ChrgBr>
        <InstgAgt><FinInstnId><BICFI>TULPNL2AXXX</BICFI></FinInstnId></InstgAgt>
        <InstdAgt><FinInstnId><BICFI>WRENGB2LXXX</BICFI></FinInstnId></InstdAgt>
        {_DEBTOR}
        {_CREDITOR}
        <RmtInf><Ustrd>Invoice 2026-1177</Ustrd></RmtInf>
    </CdtTrfTxInf>
  </FIToFICstmrCdtTrf>"""

# A return goes from the creditor back to the debtor; its chain names no accounts before pacs.004.001.10.
_RETURNING = f"""<Dbtr><Pty><Nm>Moss Dental Supplies Ltd</Nm>
          {_ADDRESS.format(street="Quay Street", number="7", code="BS1 4QQ", town="Bristol", country="GB")}</Pty></Dbtr>
        <DbtrAgt><FinInstnId><BICFI>WRENGB2LXXX</BICFI></FinInstnId></DbtrAgt>
        <CdtrAgt><FinInstnId><BICFI>TULPNL2AXXX</BICFI></FinInstnId></CdtrAgt>
        <Cdtr><Pty><Nm>Kerkhof Tuinbouw B.V.</Nm>
          {_ADDRESS.format(street="Havenkade", number="12", code="3011 AB", town="Rotterdam", country="NL")}
        </Pty></Cdtr>"""

_RETURN = f"""<PmtRtr>
    <GrpHdr>
      <MsgId>TULP-RTR-0042</MsgId>
      <CreDtTm>2026-11-16T08:30:00+00:00</CreDtTm>
      <NbOfTxs>1</NbOfTxs>
      <SttlmInf><SttlmMtd>INDA</SttlmMtd></SttlmInf>
    </GrpHdr>
    <TxInf>
        <RtrId>TULP-RTR-0042-1</RtrId>
        {_ORIGINAL}
        <OrgnlIntrBkSttlmAmt Ccy="EUR">4250.00</OrgnlIntrBkSttlmAmt>
        <RtrdIntrBkSttlmAmt Ccy="EUR">4238.00</RtrdIntrBkSttlmAmt>
        <IntrBkSttlmDt>2026-11-16</IntrBkSttlmDt>
        <RtrdInstdAmt Ccy="EUR">4250.00</RtrdInstdAmt>
        <ChrgBr>CRED</ChrgBr>
        <ChrgsInf>
          <Amt Ccy="EUR">12.00</Amt>
          <Agt><FinInstnId><BICFI>TULPNL2AXXX</BICFI></FinInstnId></Agt>
        </ChrgsInf>
        <InstgAgt><FinInstnId><BICFI>TULPNL2AXXX</BICFI></FinInstnId></InstgAgt>
        <InstdAgt><FinInstnId><BICFI>WRENGB2LXXX</BICFI></FinInstnId></InstdAgt>
        <RtrChain>
        {_RETURNING}
        </RtrChain>
        <RtrRsnInf>
          <Rsn><Cd>AC04</Cd></Rsn>
          <AddtlInf>The account is closed.</AddtlInf>
        </RtrRsnInf>
    </TxInf>
  </PmtRtr>"""


def _document(definition: str, message: str) -> str:
    return f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{definition}">{message}</Document>'


def _with_header(definition: str, message: str) -> str:
    header = _HEADER.format(id="TULP-261116-0042", definition=definition)
    return f"<BusMsg>{header}{_document(definition, message)}</BusMsg>"


def _written(text: str, *, indent: str | None) -> bytes:
    """Every element on a line of its own, as messages are shown and filed; or all on one line, as many are sent."""
    root = etree.fromstring(text, etree.XMLParser(remove_blank_text=True))
    if indent is not None:
        etree.indent(root, indent)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


MESSAGES = {
    "camt.056": _written(_document("camt.056.001.08", _RECALL), indent="    "),
    "camt.056 with header": _written(_with_header("camt.056.001.08", _RECALL), indent="    "),
    "camt.029": _written(_document("camt.029.001.09", _REFUSAL), indent="    "),
    "pacs.004": _written(_document("pacs.004.001.09", _RETURN), indent="    "),
    "pacs.008": _written(_document("pacs.008.001.08", _TRANSFER), indent="    "),
    "pacs.008 with header": _written(_with_header("pacs.008.001.08", _TRANSFER), indent="    "),
}
"""Name to message; every one is valid by its official schema."""

ONE_LINE = {
    "camt.056 on one line": _written(_document("camt.056.001.08", _RECALL), indent=None),
    "camt.029 on one line": _written(_document("camt.029.001.09", _REFUSAL), indent=None),
}
"""The same without any blank: the least that a parser can have to do."""
